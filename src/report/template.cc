// SPDX-License-Identifier: Apache-2.0
// Reads the JSON of a template.
#include "report/template.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "text/suggest.h"

namespace liantu::report {

namespace {

using Json = nlohmann::json;

const std::vector<std::string> kMembers = {"organisation", "subtitle", "date", "footer", "accent", "logo", "headings"};

Result<std::string> TextOf(const Json& value, const std::string& name, Lang lang) {
  if (value.is_string()) return value.get<std::string>();
  const char* tongue = lang == Lang::kZh ? "zh" : "en";
  if (value.is_object() && value.contains(tongue) && value[tongue].is_string()) return value[tongue].get<std::string>();
  return Status(Code::kInvalid, Text("\"", name, "\": expected a text or {\"zh\": …, \"en\": …} with \"", tongue, "\", found ", value.dump().substr(0, 60)));
}

Result<Cover> Read(const Json& json, const std::string& folder, Lang lang) {
  Cover cover;
  if (!json.is_object()) return Status(Code::kInvalid, "expected an object");
  for (const auto& [name, value] : json.items()) {
    if (std::find(kMembers.begin(), kMembers.end(), name) == kMembers.end()) {
      const auto near = text::Closest(name, kMembers, 1);
      std::string all;
      for (const std::string& member : kMembers) all += (all.empty() ? "" : ", ") + member;
      return Status(Code::kInvalid, Text("unknown member \"", name, "\"", near.empty() ? "" : Text("; did you mean \"", near[0], "\"?"), " Known: ", all));
    }
    if (name == "headings") {
      if (!value.is_object()) return Status(Code::kInvalid, "\"headings\": expected an object of section names and texts");
      for (const auto& [section, words] : value.items()) {
        LT_ASSIGN(cover.headings[section], TextOf(words, section, lang));
      }
      continue;
    }
    LT_ASSIGN(const std::string words, TextOf(value, name, lang));
    if (name == "organisation") cover.organisation = words;
    else if (name == "subtitle") cover.subtitle = words;
    else if (name == "date") cover.date = words;
    else if (name == "footer") cover.footer = words;
    else if (name == "accent") {
      if (words.size() != 7 || words[0] != '#' || words.find_first_not_of("0123456789abcdefABCDEF", 1) != std::string::npos) {
        return Status(Code::kInvalid, Text("\"accent\": expected a colour such as \"#0b5cad\", found \"", words, "\""));
      }
      cover.accent = words;
    } else {
      LT_ASSIGN(cover.logo, ReadFile(words.starts_with("/") ? words : folder + "/" + words));
      const std::string& bytes = cover.logo;
      if (bytes.starts_with("\x89PNG\r\n\x1a\n")) cover.logo_type = "png";
      else if (bytes.starts_with("\xFF\xD8\xFF")) cover.logo_type = "jpeg";
      else if (bytes.substr(0, 1000).find("<svg") != std::string::npos) cover.logo_type = "svg";
      else return Status(Code::kInvalid, Text("\"logo\": '", words, "' is neither PNG nor JPEG nor SVG"));
    }
  }
  return cover;
}

}  // namespace

Result<Cover> ReadTemplate(const std::string& path, Lang lang) {
  const std::string file = IsFolder(path) ? path + "/template.json" : path;
  LT_ASSIGN(const std::string text, ReadFile(file));
  const size_t slash = file.rfind('/');
  Json json;
  try {
    json = Json::parse(text);
  } catch (const std::exception& error) {
    return Status(Code::kInvalid, Text(file, ": not JSON: ", error.what()));
  }
  auto cover = Read(json, slash == std::string::npos ? "." : file.substr(0, slash), lang);
  if (!cover.ok()) return Status(cover.status().code(), Text(file, ": ", cover.status().message()));
  return cover;
}

}  // namespace liantu::report
