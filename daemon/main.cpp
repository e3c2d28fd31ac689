// Arguments in, exit code out.
int main() { return 0; }
