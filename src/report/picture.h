// SPDX-License-Identifier: Apache-2.0
// A layered picture from left to right: boxes with a heading and lines, arrows between them, a legend. Graphviz ("dot") says
// where things go, from sizes of our own; the shapes are drawn here, so the same picture is the same bytes and no font is asked
// for. What the boxes mean is the caller's business.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "report/drawing.h"

namespace liantu::report {

// Four tones that differ in colour and in mark (● ■ ◆ ○), readable in grey as well.
enum class Tone : uint8_t { kFirst, kSecond, kBoth, kOther };
const char* ToneColour(Tone tone);
void DrawMark(Drawing& drawing, Tone tone, Point centre);

struct PictureLine {
  std::string text;
  Tone tone = Tone::kOther;
};
struct PictureBox {
  std::string heading, tag;  // the tag stands small before the heading, e.g. 上游
  std::vector<PictureLine> lines;
  bool missing = false;             // drawn with a broken frame: what is not there
};
struct PictureArrow {
  size_t from = 0, to = 0;   // boxes
  std::string label;         // may be empty
  Tone tone = Tone::kOther;
  Stroke stroke = Stroke::kSolid;
};
struct Picture {
  std::string id;            // unique in the page; [a-z0-9-]
  std::string title, description;  // for readers who hear the picture
  std::vector<PictureBox> boxes;
  std::vector<PictureArrow> arrows;
  std::vector<std::pair<Tone, std::string>> tones;        // legend
  std::vector<std::pair<Stroke, std::string>> strokes;    // legend
};

// kIo: Graphviz or its layout plugin is not installed properly. Layouts run one at a time
// in the process, because Graphviz is not thread-safe.
Result<Drawing> DrawLayered(const Picture& picture);

}  // namespace liantu::report
