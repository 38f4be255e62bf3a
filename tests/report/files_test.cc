// SPDX-License-Identifier: Apache-2.0
// What other programs make of the files: LibreOffice opens the workbook and the document, pdftoppm and pdftotext the PDF, Chromium the
// page. tools/test installs them; without them these tests fail and name what is missing.
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "report/browser.h"
#include "report/shipped.h"

namespace liantu::report {
namespace {

namespace fs = std::filesystem;

class Files : public testing::Test {
 protected:
  // Every report in Chinese and English, as a page, a workbook and a document, and what LibreOffice turns the latter into.
  static void SetUpTestSuite() {
    std::string folder = (fs::temp_directory_path() / "liantu-files-XXXXXX").string();
    ASSERT_NE(mkdtemp(folder.data()), nullptr);
    folder_ = folder;
    for (const NamedReport& report : AllReports()) {
      for (const Lang lang : {Lang::kZh, Lang::kEn}) {
        const std::string stem = Stem(report.kind, lang);
        Document d = Make(report, lang, 60);
        ASSERT_TRUE(WriteFileAtomic(stem + ".html", RenderHtml(d)).ok());
        if (lang == Lang::kEn && report.kind != std::string("linkage")) continue;  // one in English is enough for the slow program
        ASSERT_TRUE(WriteFileAtomic(stem + ".docx", Get(RenderDocx(d))).ok());
        ASSERT_TRUE(WriteFileAtomic(stem + ".xlsx", Get(RenderXlsx(d))).ok());
        names_.push_back(fs::path(stem).filename());
        documents_.push_back(std::move(d));
      }
    }
    // One start of the office for all documents, one for all workbooks: -1 writes each sheet to a file of its own.
    office_ = Run("soffice --headless --norestore -env:UserInstallation=file://" + folder_ + "/profile --convert-to pdf --outdir " + folder_ + "/pdf " + folder_ + "/*.docx");
    office_ += Run("soffice --headless --norestore -env:UserInstallation=file://" + folder_ + "/profile --convert-to 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1' --outdir " + folder_ + "/csv " + folder_ + "/*.xlsx");
  }
  static void TearDownTestSuite() { fs::remove_all(folder_); }

  static std::string Stem(const char* kind, Lang lang) { return folder_ + "/" + kind + (lang == Lang::kZh ? "_zh" : "_en"); }
  // What a command writes, errors included.
  static std::string Run(const std::string& command) {
    FILE* pipe = popen((command + " 2>&1").c_str(), "r");
    std::string out;
    char buffer[4096];
    while (pipe) {
      const size_t n = fread(buffer, 1, sizeof buffer, pipe);
      if (n == 0) break;
      out.append(buffer, n);
    }
    if (pipe) pclose(pipe);
    return out;
  }
  // Without white space: line breaks of a page are not the text's.
  static std::string Packed(const std::string& text) {
    std::string out;
    for (const char c : text) {
      if (!std::isspace(static_cast<unsigned char>(c)) && c != '\f') out += c;
    }
    return out;
  }

  static inline std::string folder_, office_;
  static inline std::vector<std::string> names_;
  static inline std::vector<Document> documents_;
};

TEST_F(Files, LibreOfficeReadsEveryDocumentWhole) {
  for (size_t i = 0; i < names_.size(); ++i) {
    const std::string pdf = folder_ + "/pdf/" + names_[i] + ".pdf";
    ASSERT_TRUE(FileExists(pdf)) << office_;
    const std::string text = Packed(Run("pdftotext -layout " + pdf + " -"));
    const Document d = Punctuated(documents_[i]);
    EXPECT_NE(text.find(Packed(d.title)), std::string::npos) << names_[i];
    for (const Section& s : d.sections) EXPECT_NE(text.find(Packed(s.title)), std::string::npos) << names_[i] << ": " << s.title;
    // The last source, as a note at the end.
    EXPECT_NE(text.find(Text("[", d.sources.size(), "]")), std::string::npos) << names_[i];
    EXPECT_NE(text.find(Packed(d.sources[0].source.title.substr(0, 12))), std::string::npos) << names_[i];
  }
}

TEST_F(Files, PicturesOfTheDocumentAreDrawnOnItsPages) {
  // A page of text alone has no blue as deep as the pictures' #0b5cad over an area.
  const std::string pdf = folder_ + "/pdf/" + names_[0] + ".pdf";
  ASSERT_TRUE(FileExists(pdf)) << office_;
  Run("pdftoppm -r 50 " + pdf + " " + folder_ + "/page");
  size_t blue = 0;
  for (const auto& entry : fs::directory_iterator(folder_)) {
    if (entry.path().extension() != ".ppm") continue;
    const std::string ppm = Get(ReadFile(entry.path().string()));
    std::istringstream head(ppm);
    std::string magic;
    size_t width = 0, height = 0, most = 0;
    head >> magic >> width >> height >> most;
    ASSERT_EQ(magic, "P6");
    const size_t at = static_cast<size_t>(head.tellg()) + 1;
    for (size_t i = at; i + 2 < ppm.size(); i += 3) {
      const int r = static_cast<unsigned char>(ppm[i]), g = static_cast<unsigned char>(ppm[i + 1]), b = static_cast<unsigned char>(ppm[i + 2]);
      if (std::abs(r - 0x0b) < 24 && std::abs(g - 0x5c) < 24 && std::abs(b - 0xad) < 24) ++blue;
    }
  }
  EXPECT_GT(blue, 200u);
}

TEST_F(Files, LibreOfficeReadsEverySheetWithItsNumbers) {
  for (size_t i = 0; i < names_.size(); ++i) {
    const Document d = Punctuated(documents_[i]);
    std::vector<std::string> sheets;
    if (!fs::exists(folder_ + "/csv")) FAIL() << office_;
    for (const auto& entry : fs::directory_iterator(folder_ + "/csv")) {
      const std::string name = entry.path().filename().string();
      if (name.starts_with(names_[i] + "-")) sheets.push_back(Get(ReadFile(entry.path().string())));
    }
    size_t tables = 0;
    for (const Section& s : d.sections) {
      if (s.table.rows.empty()) continue;
      ++tables;
      std::string head;
      for (const io::Column& c : s.table.columns) head += (head.empty() ? "" : ",") + c.title;
      // The sheet with that header, as many rows, and the first row's numbers.
      const auto numbers = NumberColumns(s.table);
      const bool found = std::any_of(sheets.begin(), sheets.end(), [&](const std::string& text) {
        if (!Packed(text).starts_with(Packed(head)) || std::count(text.begin(), text.end(), '\n') < static_cast<ptrdiff_t>(s.table.rows.size())) return false;
        for (size_t c = 0; c < s.table.columns.size(); ++c) {
          const io::Cell& cell = s.table.rows[0][c];
          if (!numbers[c] || cell.value.is_null()) continue;
          // The whole number behind what is shown, to eight characters: 0.5 and not 0.50, 1 and not 1.0.
          std::string number = (cell.json.empty() ? graph::ToText(cell.value) : cell.json).substr(0, 8);
          if (number.ends_with(".0")) number.resize(number.size() - 2);
          if (text.find(number) == std::string::npos) return false;
        }
        return true;
      });
      EXPECT_TRUE(found) << names_[i] << " " << s.title << ": " << head << "\n" << office_;
    }
    EXPECT_EQ(sheets.size(), tables + 2 + (d.names.empty() ? 0 : 1)) << names_[i];  // and the summary, the sources, and the Chinese originals of names
  }
}

// Added to a copy of a page: says in an attribute whether the page is wider than the window, and which characters no font has.
constexpr const char* kProbe = R"js(<script>
addEventListener('load', () => {
  const canvas = document.createElement('canvas'), pen = canvas.getContext('2d', {willReadFrequently: true});
  canvas.width = canvas.height = 24;
  pen.font = '18px ' + getComputedStyle(document.body).fontFamily;
  const look = c => { pen.clearRect(0, 0, 24, 24); pen.fillText(c, 2, 18); return pen.getImageData(0, 0, 24, 24).data.join(); };
  const none = look('\u{10FFFD}');
  const missing = [...new Set(document.body.innerText)].filter(c => c.trim() && look(c) === none);
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  const pictures = [...document.querySelectorAll('figure svg')].filter(s => s.getBoundingClientRect().height < 20).length;
  document.title = `PROBE wide=${wide} missing=[${missing.join('')}] flat=${pictures}`;
});
</script>)js";

TEST_F(Files, ChromiumShowsEveryPageWithoutErrorsOverflowOrMissingGlyphs) {
  const std::string browser = Get(FindBrowser());
  for (const NamedReport& report : AllReports()) {
    for (const Lang lang : {Lang::kZh, Lang::kEn}) {
      const std::string file = Stem(report.kind, lang) + ".html", copy = Stem(report.kind, lang) + "_probe.html", log = copy + ".log";
      std::string page = Get(ReadFile(file));
      page.insert(page.find("</head>"), kProbe);
      ASSERT_TRUE(WriteFileAtomic(copy, page).ok());
      const std::string out = Run(browser + " --headless --disable-gpu --disable-dev-shm-usage --no-sandbox --user-data-dir=" + folder_ + "/browser --window-size=1100,800 --enable-logging=stderr --virtual-time-budget=4000 --dump-dom file://" +
                                  copy + " 2>" + log);
      const size_t at = out.find("PROBE ");
      ASSERT_NE(at, std::string::npos) << file << ": " << out.substr(0, 300) << Get(ReadFile(log)).substr(0, 600);
      EXPECT_EQ(out.substr(at, out.find('<', at) - at), "PROBE wide=0 missing=[] flat=0") << file;
      EXPECT_EQ(Get(ReadFile(log)).find("CONSOLE"), std::string::npos) << Get(ReadFile(log));
    }
  }
}

TEST_F(Files, ThePdfHasThePagesOfTheReportWithItsText) {
  const std::string pdf = Get(PrintPdf(Get(ReadFile(Stem("gaps", Lang::kZh) + ".html"))));
  ASSERT_TRUE(pdf.starts_with("%PDF-"));
  const std::string path = folder_ + "/printed.pdf";
  ASSERT_TRUE(WriteFileAtomic(path, pdf).ok());
  const std::string text = Packed(Run("pdftotext " + path + " -"));
  EXPECT_NE(text.find("佛山市在"), std::string::npos) << text.substr(0, 200);
  EXPECT_NE(text.find("来源"), std::string::npos);
  EXPECT_EQ(Run("pdftoppm -r 30 -f 1 -l 1 -png " + path + " " + folder_ + "/printed"), "");
}

TEST_F(Files, APictureIsTakenAsAPng) {
  Drawing d("d", "t", "x");
  d.Rect({0, 0}, {40, 20}, {.fill = "#0b5cad"});
  d.Resize({40, 20});
  const std::string png = Get(TakePng(d.Svg(), 40, 20));
  ASSERT_TRUE(png.starts_with("\x89PNG"));
  EXPECT_EQ(static_cast<unsigned char>(png[19]), 80);  // width: twice as fine
}

TEST(Browser, WithoutOneTheErrorSaysWhatToInstall) {
  const std::string path = std::getenv("PATH");
  setenv("PATH", "/nowhere", 1);
  const Status status = FindBrowser().status();
  setenv("LIANTU_CHROMIUM", "/nowhere/chrome", 1);
  const Status named = FindBrowser().status();
  unsetenv("LIANTU_CHROMIUM");
  setenv("PATH", path.c_str(), 1);
  EXPECT_EQ(status.code(), Code::kNotFound);
  EXPECT_NE(status.message().find("apt install chromium"), std::string::npos);
  EXPECT_NE(named.message().find("LIANTU_CHROMIUM names '/nowhere/chrome'"), std::string::npos);
}

}  // namespace
}  // namespace liantu::report
