package io.github.celeryspring.samples.interop;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;

import io.github.celeryspring.RemoteTaskException;
import org.jspecify.annotations.Nullable;

import org.springframework.format.annotation.DateTimeFormat;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Lets curl have Python execute something.
 */
@RestController
class PythonController {

	private final PythonTasks python;

	PythonController(PythonTasks python) {
		this.python = python;
	}

	@GetMapping("/word-count")
	@Nullable Map<String, Integer> wordCount(@RequestParam String text) {
		return this.python.wordCount(text);
	}

	@GetMapping("/next-day")
	@Nullable LocalDate nextDay(@RequestParam @DateTimeFormat(iso = DateTimeFormat.ISO.DATE) LocalDate day) {
		return this.python.nextDay(day);
	}

	@GetMapping("/due-after")
	@Nullable LocalDate dueAfter(@RequestParam @DateTimeFormat(iso = DateTimeFormat.ISO.DATE) LocalDate day) {
		return this.python.dueAfter(day);
	}

	@GetMapping("/next-days")
	@Nullable List<LocalDate> nextDays(@RequestParam("day") @DateTimeFormat(iso = DateTimeFormat.ISO.DATE) List<LocalDate> days) {
		return this.python.nextDays(days);
	}

	@GetMapping("/word-counts")
	@Nullable Map<String, Integer> wordCounts(@RequestParam("text") List<String> texts) {
		return this.python.wordCounts(texts);
	}

	@GetMapping("/fail")
	void fail(@RequestParam String reason) {
		this.python.fail(reason);
	}

	@ExceptionHandler
	Map<String, String> raised(RemoteTaskException ex) {
		return Map.of("raised", ex.getType(), "message", String.valueOf(ex.getMessage()));
	}

}
