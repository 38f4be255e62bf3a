# The runner of openCypher TCK scenarios: for tck_test.cc, and as the program `tck`.
add_library(tck_runner STATIC ${folder}/tck_runner.cc)
target_include_directories(tck_runner PUBLIC ${folder})
target_link_libraries(tck_runner PUBLIC liantu_query)
add_executable(tck ${folder}/tck_main.cc)
target_link_libraries(tck PRIVATE tck_runner)
set(extra_libs tck_runner)
