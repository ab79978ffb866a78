"""The referee: numbers, by loops and differences, that share no code with the engine they judge."""
