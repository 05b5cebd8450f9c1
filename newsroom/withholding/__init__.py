"""Words that a court or an authority wants withheld: taken out of every table, and kept in one place."""
