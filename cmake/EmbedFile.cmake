# Writes OUTPUT, a C++ file that holds the bytes of INPUT as NAMESPACE::embedded::SYMBOL.
file(READ "${INPUT}" bytes HEX)
string(LENGTH "${bytes}" digits)
math(EXPR size "${digits} / 2")
# 32 bytes a line, each as an escape: no byte of the input can end or change the literal.
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" bytes "${bytes}")
string(REPEAT "\\\\x[0-9a-f][0-9a-f]" 32 line)
string(REGEX REPLACE "(${line})" "\\1\"\n    \"" bytes "${bytes}")
file(WRITE "${OUTPUT}" "// Made by cmake/EmbedFile.cmake.
#include \"${HEADER}\"

namespace ${NAMESPACE}::embedded {
constinit const std::string_view ${SYMBOL}(
    \"${bytes}\",
    ${size});
}  // namespace ${NAMESPACE}::embedded
")
