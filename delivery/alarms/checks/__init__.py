"""One module for each sort of question. A check takes a look and yields what it finds."""
