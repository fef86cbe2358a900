"""What EC3L is compared with: the same work by raw PostgreSQL, by plain Django and by bare Django REST framework.

All three use tables made like the product's (same columns, same indexes) in a schema of their own, without row-level
security, constraints, triggers or partitions: what the product adds for safety is what the ratios show.
"""
