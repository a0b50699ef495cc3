"""What the end-to-end tests and the demo share: kubectl, conditions, load. Standard library only."""
