"""What the program says, gathered from its source, for those who translate it."""
