// Never compiled: the coroutine shapes that script/lint must find, one per line marked "bad", and some that it must
// not. script/lint refuses to judge anything unless it finds exactly these.

#include <coroutine>
#include <memory>
#include <string>
#include <utility>

namespace usersync::test {

template <class T>
struct Task {
    struct promise_type {
        Task get_return_object() { return {}; }
        std::suspend_always initial_suspend() { return {}; }
        std::suspend_always final_suspend() noexcept { return {}; }
        void return_value(T) {}
        void unhandled_exception() {}
    };
    bool await_ready() { return true; }
    void await_suspend(std::coroutine_handle<>) {}
    T await_resume() { return {}; }
};

struct Options {
    std::string name;
    int count = 0;
};

Task<bool> ready();
Task<int> number();
Task<std::string> text();
Task<int> with(Options options);
template <class Job>
Task<int> run(Job job);

Task<int> condition_of_if() {
    if (co_await ready()) co_return 1;  // bad
    co_return 0;
}

Task<int> condition_of_while() {
    while (co_await ready()) {  // bad
    }
    co_return 0;
}

Task<int> condition_of_for() {
    for (; co_await ready();) {  // bad
    }
    co_return 0;
}

Task<int> condition_of_do() {
    do {  // bad
    } while (co_await ready());
    co_return 0;
}

Task<int> condition_of_switch() {
    switch (co_await number()) {  // bad
        case 1: co_return 2;
    }
    co_return 0;
}

Task<int> lambda_with_captures(std::shared_ptr<int> p) {
    const int n = co_await run([p] { return *p; });  // bad
    co_return n;
}

Task<int> braces() {
    const int n = co_await with({"a", 1});  // bad
    co_return n;
}

Task<int> named_braces() {
    const int n = co_await with(Options{"a", 1});  // bad
    co_return n;
}

Task<std::string> choice(bool b) {
    std::string s = b ? co_await text() : std::string();  // bad
    co_return s;
}

Task<int> all_is_well(std::shared_ptr<int> p) {
    const bool is_ready = co_await ready();
    if (is_ready) co_return 1;
    Options options{"a", 1};
    auto job = [p] { return *p; };
    const int one = co_await with(std::move(options));
    const int two = co_await run(std::move(job));
    co_return is_ready ? one : two;
}

}  // namespace usersync::test
