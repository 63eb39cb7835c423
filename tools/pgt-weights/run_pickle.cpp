// The stack machine of Python's pickle, as far as weights need it: protocols 2 to 4.

#include <array>
#include <utility>

#include "bytes.hpp"
#include "value.hpp"

namespace pgt::weights {
namespace {

/// A ResNet-101 with its optimizer takes some hundred thousand.
constexpr std::size_t most_steps = 1'000'000;

/// Named as in Python's pickletools.
enum class Op : unsigned char {
  proto = 0x80,
  frame = 0x95,
  stop = '.',
  mark = '(',
  pop = '0',
  pop_mark = '1',
  dup = '2',
  none = 'N',
  new_true = 0x88,
  new_false = 0x89,
  binint = 'J',
  binint1 = 'K',
  binint2 = 'M',
  long1 = 0x8a,
  binfloat = 'G',
  short_binstring = 'U',
  short_binbytes = 'C',
  short_binunicode = 0x8c,
  binstring = 'T',
  binbytes = 'B',
  binunicode = 'X',
  binunicode8 = 0x8d,
  binbytes8 = 0x8e,
  empty_list = ']',
  list = 'l',
  append = 'a',
  appends = 'e',
  empty_tuple = ')',
  tuple = 't',
  tuple1 = 0x85,
  tuple2 = 0x86,
  tuple3 = 0x87,
  empty_dict = '}',
  dict = 'd',
  set_item = 's',
  set_items = 'u',
  binput = 'q',
  long_binput = 'r',
  memoize = 0x94,
  binget = 'h',
  long_binget = 'j',
  global = 'c',
  stack_global = 0x93,
  reduce = 'R',
  new_object = 0x81,
  build = 'b',
  bin_persistent_id = 'Q',
};

class Machine {
 public:
  Machine(std::string_view file, std::uint64_t start) : in_(file, start) {
    pickle_.may_do = most_steps;
    pickle_.may_decode = file.size();
  }

  Pickle run() {
    while (!done_) {
      pickle_.spend(1);
      step(static_cast<Op>(in_.take(1).front()));
    }
    pickle_.end = in_.place();
    return std::move(pickle_);
  }

 private:
  void step(Op opcode) {
    switch (opcode) {
      case Op::proto:
        in_.take(1);
        break;
      case Op::frame:
        in_.take(8);
        break;
      case Op::stop:
        pickle_.root = pop(), done_ = true;
        break;
      case Op::mark:
        marks_.push_back(stack_.size());
        break;
      case Op::pop:
        pop();
        break;
      case Op::pop_mark:
        pop_to_mark();
        break;
      case Op::dup:
        stack_.push_back(top());
        break;
      case Op::none:
        push(None{});
        break;
      case Op::new_true:
        push(true);
        break;
      case Op::new_false:
        push(false);
        break;
      case Op::binint:
        push_integer(in_.number<std::int32_t>());
        break;
      case Op::binint1:
        push_integer(in_.number<std::uint8_t>());
        break;
      case Op::binint2:
        push_integer(in_.number<std::uint16_t>());
        break;
      case Op::long1:
        push_long(in_.number<std::uint8_t>());
        break;
      case Op::binfloat:
        push_double(in_.number<std::uint64_t>());
        break;
      case Op::short_binstring:
      case Op::short_binbytes:
      case Op::short_binunicode:
        push_text(in_.number<std::uint8_t>());
        break;
      case Op::binstring:
      case Op::binbytes:
      case Op::binunicode:
        push_text(in_.number<std::uint32_t>());
        break;
      case Op::binunicode8:
      case Op::binbytes8:
        push_text(in_.number<std::uint64_t>());
        break;
      case Op::empty_list:
        push(List{});
        break;
      case Op::list:
        push(List{pop_to_mark()});
        break;
      case Op::append:
        append({pop()});
        break;
      case Op::appends:
        append(pop_to_mark());
        break;
      case Op::empty_tuple:
        push(Tuple{});
        break;
      case Op::tuple:
        push(Tuple{pop_to_mark()});
        break;
      case Op::tuple1:
        push(Tuple{pop_some(1)});
        break;
      case Op::tuple2:
        push(Tuple{pop_some(2)});
        break;
      case Op::tuple3:
        push(Tuple{pop_some(3)});
        break;
      case Op::empty_dict:
        push(Dict{});
        break;
      case Op::dict:
        make_dict(pop_to_mark());
        break;
      case Op::set_item:
        set_items(pop_some(2));
        break;
      case Op::set_items:
        set_items(pop_to_mark());
        break;
      case Op::binput:
        remember(in_.number<std::uint8_t>());
        break;
      case Op::long_binput:
        remember(in_.number<std::uint32_t>());
        break;
      case Op::memoize:
        remember(memo_.size());
        break;
      case Op::binget:
        recall(in_.number<std::uint8_t>());
        break;
      case Op::long_binget:
        recall(in_.number<std::uint32_t>());
        break;
      case Op::global:
        push_global(in_.line());
        break;
      case Op::stack_global:
        push_global(pop_some(2));
        break;
      case Op::reduce:
      case Op::new_object:
        reduce(pop_some(2));
        break;
      case Op::build:
        build(pop());
        break;
      case Op::bin_persistent_id:
        push(storage_of(pickle_, pop()));
        break;
      default:
        refuse("holds something else than weights: opcode " + std::to_string(static_cast<int>(opcode)) + " at byte " +
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
