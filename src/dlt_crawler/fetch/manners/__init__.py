"""How a host wants to be asked: places and pauses of each slot, and when to give a host up. Pure but for timers."""
