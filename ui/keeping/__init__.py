"""What somebody keeps: conversations and clippings, each under the hash of a browser's key."""
