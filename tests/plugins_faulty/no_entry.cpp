extern "C" int not_the_entry() { return 1; }
