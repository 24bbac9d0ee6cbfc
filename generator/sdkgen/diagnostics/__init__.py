"""What is found in a document: codes, places, hints, and how they are printed."""
