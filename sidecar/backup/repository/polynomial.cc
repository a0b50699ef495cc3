#include "sidecar/backup/repository/polynomial.h"

#include <bit>
#include <charconv>
#include <span>
#include <utility>

#include "sidecar/backup/repository/cipher.h"

namespace shopkeeper::backup {
namespace {

// x^(2^n) mod p by n squarings.
Polynomial frobenius(int n, Polynomial p) {
  Polynomial power = 2;  // x
  for (int i = 0; i < n; ++i) power = multiply(power, power, p);
  return power;
}

}  // namespace

int degree(Polynomial p) { return std::bit_width(p) - 1; }

Polynomial remainder(Polynomial p, Polynomial modulus) {
  const int d = degree(modulus);
  for (int i = degree(p); i >= d; i = degree(p)) p ^= modulus << (i - d);
  return p;
}

Polynomial multiply(Polynomial a, Polynomial b, Polynomial modulus) {
  const Polynomial top = Polynomial{1} << degree(modulus);
  Polynomial product = 0;
  for (; b != 0; b >>= 1) {
    if (b & 1) product ^= a;
    a <<= 1;
    if (a & top) a ^= modulus;
  }
  return product;
}

Polynomial greatestCommonDivisor(Polynomial a, Polynomial b) {
  while (b != 0) a = std::exchange(b, remainder(a, b));
  return a;
}

bool fitForChunking(Polynomial p) {
  if (degree(p) != kPolynomialDegree) return false;
  // 53 is prime, so that the only q is 53 itself.
  return frobenius(kPolynomialDegree, p) == 2 && greatestCommonDivisor(p, frobenius(1, p) ^ 2) == 1;
}

Polynomial randomPolynomial() {
  for (;;) {  // one in 53 / 2 odd ones is irreducible
    Polynomial p = 0;
    secureRandom({reinterpret_cast<std::uint8_t*>(&p), sizeof p});
    p &= (Polynomial{1} << kPolynomialDegree) - 1;
    p |= (Polynomial{1} << kPolynomialDegree) | 1;
    if (fitForChunking(p)) return p;
  }
}

std::string toHex(Polynomial p) {
  char text[16];
  const auto end = std::to_chars(text, text + sizeof text, p, 16).ptr;
  return std::string(text, end);
}

std::optional<Polynomial> parsePolynomial(std::string_view hex) {
  Polynomial p = 0;
  const auto [end, error] = std::from_chars(hex.data(), hex.data() + hex.size(), p, 16);
  if (error != std::errc() || end != hex.data() + hex.size()) return std::nullopt;
  return p;
}

}  // namespace shopkeeper::backup
