// The stack machine of Python's pickle, as far as weights need it: protocols 2 to 4.

#include <array>
#include <utility>

#include "bytes.hpp"
#include "value.hpp"

namespace pgt::weights {
namespace {

/// A ResNet-101 with its optimizer takes some hundred thousand.
constexpr std::size_t most_steps = 1'000'000;

class Machine {
 public:
  Machine(std::string_view file, std::uint64_t start) : in_(file, start) {
    pickle_.may_do = most_steps;
    pickle_.may_decode = file.size();
  }

  Pickle run() {
    while (!done_) {
      pickle_.spend(1);
      step(static_cast<unsigned char>(in_.take(1).front()));
    }
    pickle_.end = in_.place();
    return std::move(pickle_);
  }

 private:
  void step(unsigned char opcode) {
    switch (opcode) {
      case 0x80:
        in_.take(1);
        break;  // PROTO
      case 0x95:
        in_.take(8);
        break;  // FRAME
      case '.':
        pickle_.root = pop(), done_ = true;
        break;  // STOP
      case '(':
        marks_.push_back(stack_.size());
        break;  // MARK
      case '0':
        pop();
        break;  // POP
      case '1':
        pop_to_mark();
        break;  // POP_MARK
      case '2':
        stack_.push_back(top());
        break;  // DUP
      case 'N':
        push(None{});
        break;  // NONE
      case 0x88:
        push(true);
        break;  // NEWTRUE
      case 0x89:
        push(false);
        break;  // NEWFALSE
      case 'J':
        push_integer(in_.number<std::int32_t>());
        break;  // BININT
      case 'K':
        push_integer(in_.number<std::uint8_t>());
        break;  // BININT1
      case 'M':
        push_integer(in_.number<std::uint16_t>());
        break;  // BININT2
      case 0x8a:
        push_long(in_.number<std::uint8_t>());
        break;  // LONG1
      case 'G':
        push_double(in_.number<std::uint64_t>());
        break;   // BINFLOAT
      case 'U':  // SHORT_BINSTRING
      case 'C':  // SHORT_BINBYTES
      case 0x8c:
        push_text(in_.number<std::uint8_t>());
        break;   // SHORT_BINUNICODE
      case 'T':  // BINSTRING
      case 'B':  // BINBYTES
      case 'X':
        push_text(in_.number<std::uint32_t>());
        break;    // BINUNICODE
      case 0x8d:  // BINUNICODE8
      case 0x8e:
        push_text(in_.number<std::uint64_t>());
        break;  // BINBYTES8
      case ']':
        push(List{});
        break;  // EMPTY_LIST
      case 'l':
        push(List{pop_to_mark()});
        break;  // LIST
      case 'a':
        append({pop()});
        break;  // APPEND
      case 'e':
        append(pop_to_mark());
        break;  // APPENDS
      case ')':
        push(Tuple{});
        break;  // EMPTY_TUPLE
      case 't':
        push(Tuple{pop_to_mark()});
        break;  // TUPLE
      case 0x85:
        push(Tuple{pop_some(1)});
        break;  // TUPLE1
      case 0x86:
        push(Tuple{pop_some(2)});
        break;  // TUPLE2
      case 0x87:
        push(Tuple{pop_some(3)});
        break;  // TUPLE3
      case '}':
        push(Dict{});
        break;  // EMPTY_DICT
      case 'd':
        make_dict(pop_to_mark());
        break;  // DICT
      case 's':
        set_items(pop_some(2));
        break;  // SETITEM
      case 'u':
        set_items(pop_to_mark());
        break;  // SETITEMS
      case 'q':
        remember(in_.number<std::uint8_t>());
        break;  // BINPUT
      case 'r':
        remember(in_.number<std::uint32_t>());
        break;  // LONG_BINPUT
      case 0x94:
        remember(memo_.size());
        break;  // MEMOIZE
      case 'h':
        recall(in_.number<std::uint8_t>());
        break;  // BINGET
      case 'j':
        recall(in_.number<std::uint32_t>());
        break;  // LONG_BINGET
      case 'c':
        push_global(in_.line());
        break;  // GLOBAL
      case 0x93:
        push_global(pop_some(2));
        break;    // STACK_GLOBAL
      case 'R':   // REDUCE
      case 0x81:  // NEWOBJ
        reduce(pop_some(2));
        break;
      case 'b':
        build(pop());
        break;  // BUILD
      case 'Q':
        push(storage_of(pickle_, pop()));
        break;  // BINPERSID
      default:
        refuse("holds something else than weights: opcode " + std::to_string(opcode) + " at byte " +
               std::to_string(in_.place() - 1));
    }
  }

  std::size_t floor() const { return marks_.empty() ? 0 : marks_.back(); }

  Ref top() const {
    if (stack_.size() <= floor()) refuse("is not a pickle: it takes a value that is not there");
    return stack_.back();
  }
  Ref pop() {
    const Ref value = top();
    stack_.pop_back();
    return value;
  }
  std::vector<Ref> pop_some(std::size_t count) {
    if (stack_.size() < floor() + count) refuse("is not a pickle: it takes a value that is not there");
    const auto first = stack_.end() - static_cast<std::ptrdiff_t>(count);
    std::vector<Ref> values(first, stack_.end());
    stack_.erase(first, stack_.end());
    return values;
  }
  std::vector<Ref> pop_to_mark() {
    if (marks_.empty()) refuse("is not a pickle: it closes what was not opened");
    std::vector<Ref> values = pop_some(stack_.size() - marks_.back());
    marks_.pop_back();
    return values;
  }

  void push(Value value) {
    stack_.push_back(static_cast<Ref>(pickle_.values.size()));
    pickle_.values.push_back(std::move(value));
  }
  void push_integer(std::int64_t value) { push(value); }
  void push_text(std::uint64_t length) { push(in_.take(length)); }
  void push_long(std::uint8_t length) {
    const std::string_view bytes = in_.take(length);
    if (length > 8) refuse("holds a number of " + std::to_string(length) + " bytes");
    std::uint64_t value = !bytes.empty() && (bytes.back() & 0x80) != 0 ? ~std::uint64_t{0} : 0;
    std::memcpy(&value, bytes.data(), bytes.size());
    push(static_cast<std::int64_t>(value));
  }
  void push_double(std::uint64_t big_endian) { push(std::bit_cast<double>(__builtin_bswap64(big_endian))); }

  void push_global(std::string_view module) { push(global(module, in_.line())); }
  void push_global(const std::vector<Ref>& names) {
    const auto* module = std::get_if<std::string_view>(&pickle_.values[names[0]]);
    const auto* name = std::get_if<std::string_view>(&pickle_.values[names[1]]);
    if (module == nullptr || name == nullptr) refuse("is not a pickle: what it imports has no name");
    push(global(*module, *name));
  }

  void append(const std::vector<Ref>& items) {
    auto* list = std::get_if<List>(&pickle_.values[top()]);
    if (list == nullptr) refuse("is not a pickle: it appends to what is not a list");
    list->items.insert(list->items.end(), items.begin(), items.end());
  }
  void make_dict(const std::vector<Ref>& items) {
    push(Dict{});
    set_items(items);
  }
  void set_items(const std::vector<Ref>& items) {
    auto* dict = std::get_if<Dict>(&pickle_.values[top()]);
    if (dict == nullptr || items.size() % 2 != 0) refuse("is not a pickle: it sets items of what is not a dictionary");
    for (std::size_t i = 0; i < items.size(); i += 2) dict->items.emplace_back(items[i], items[i + 1]);
  }

  void remember(std::size_t place) {
    if (place >= most_steps) refuse("is not a pickle: it remembers value " + std::to_string(place));
    if (place >= memo_.size()) memo_.resize(place + 1, nothing);
    memo_[place] = top();
  }
  void recall(std::size_t place) {
    if (place >= memo_.size() || memo_[place] == nothing)
      refuse("is not a pickle: it recalls what it did not remember");
    stack_.push_back(memo_[place]);
  }

  void reduce(const std::vector<Ref>& values) { push(call(pickle_, values[0], values[1])); }
  void build(Ref state) { set_state(pickle_, top(), state); }

  static constexpr Ref nothing = ~Ref{0};
  Bytes in_;
  Pickle pickle_;
  std::vector<Ref> stack_;
  std::vector<std::size_t> marks_;
  std::vector<Ref> memo_;
  bool done_ = false;
};

}  // namespace

void Pickle::spend(std::size_t steps) {
  if (steps > may_do)
    refuse("takes more than " + std::to_string(most_steps) + " steps to read: no file of weights does");
  may_do -= steps;
}

Pickle run_pickle(std::string_view file, std::uint64_t start) { return Machine(file, start).run(); }

}  // namespace pgt::weights
