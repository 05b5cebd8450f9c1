"""What the moderation desk reads: pages of the queue, cards, records and the log. Nothing here writes."""
