/// Extensions: what an object can do beyond its interface. Something new is a small interface of its own with an id,
/// and plugins that do not know it stay as they are. Includes no torch header.
///
///     struct Captions {  // the new interface; it never changes under one id
///       static constexpr std::string_view extension_id = "org.example.captions";
///       virtual ~Captions() = default;
///       virtual std::string caption(sdk::Split split, std::size_t index) const = 0;
///     };
///
///     class MyVideos final : public sdk::Dataset, public Captions {  // an object that has it
///       const void* extension(std::string_view id) const override {
///         return sdk::extension_among<Captions>(this, id);
///       }
///     };
///
///     const Captions* captions = sdk::extension_of<Captions>(dataset);  // null: it has none
#pragma once

#include <string_view>
#include <type_traits>

namespace pgt::sdk {
inline namespace v1 {

/// The extension `T` of a Backbone, Dataset or Schedule, null where it has none. It lives as long as the object, and
/// its methods are called from the same threads as the object's own. That of a dataset or a schedule is const.
template <class T, class Object>
auto* extension_of(Object& object) {
  using Found = std::remove_pointer_t<decltype(object.extension(T::extension_id))>;
  using Extension = std::conditional_t<std::is_const_v<Found>, const T, T>;
  return static_cast<Extension*>(object.extension(T::extension_id));
}

/// Answers `extension(id)`: `object` as the one of `Extensions` that has this id; null where none has.
template <class... Extensions, class Object>
auto* extension_among(Object* object, std::string_view id) {
  using Found = std::conditional_t<std::is_const_v<Object>, const void, void>;
  Found* found = nullptr;
  const auto look_at = [&](auto* extension, std::string_view its_id) {
    if (its_id == id) found = extension;
  };
  (look_at(static_cast<std::conditional_t<std::is_const_v<Object>, const Extensions, Extensions>*>(object),
           Extensions::extension_id),
   ...);
  return found;
}

}  // namespace v1
}  // namespace pgt::sdk
