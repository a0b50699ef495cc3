// crd-docs FILE: prints the reference page of a CustomResourceDefinition.
#include <fstream>
#include <iostream>
#include <sstream>

#include "operator/api/crd_docs.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: crd-docs CRD.yaml\n";
    return 2;
  }
  std::ifstream file(argv[1]);
  std::stringstream text;
  text << file.rdbuf();
  if (!file) {
    std::cerr << "crd-docs: cannot read " << argv[1] << "\n";
    return 1;
  }
  const auto page = shopkeeper::api::crdReference(text.str());
  if (!page) {
    std::cerr << "crd-docs: " << page.error().message() << "\n";
    return 1;
  }
  std::cout << *page;
  return 0;
}
