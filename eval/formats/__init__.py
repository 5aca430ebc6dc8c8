"""One module for each format of question sets: a file or folder → ``QuestionSet``."""
