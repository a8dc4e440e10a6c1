"""Files mutated at random, with a seed: nothing crashes and no altered amount goes unseen."""
