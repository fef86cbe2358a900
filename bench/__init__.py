"""The benchmarks: ``python -m bench`` prints one table; every figure is a ratio against a baseline of the same run.

``baselines`` holds what EC3L is compared with, ``product`` what is asked of EC3L, ``scenarios`` the comparisons.
Each side runs in a process of its own, and only one works at a time, in short interleaved rounds: a busy machine then
slows both alike, and the ratio stays.
"""
