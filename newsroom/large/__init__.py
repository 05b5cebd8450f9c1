"""A newsroom as large as is asked for, made in bulk, to measure on."""
