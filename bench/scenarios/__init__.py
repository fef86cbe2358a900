"""The comparisons. Each module has ``rows(run)``, which yields figures as they are found."""
