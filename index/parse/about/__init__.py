"""What a document is called, when it appeared and by whom: by its content, where metadata errs."""
