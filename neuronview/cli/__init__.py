"""The command line: one file a command. Exit code 0; 1 failed, and said why; 2 used wrongly."""
