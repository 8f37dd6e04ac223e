package io.github.celeryspring.samples.interop;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.github.celeryspring.annotation.CeleryTask;

import org.springframework.stereotype.Component;

/**
 * Goes on with what Python has counted.
 */
@Component
class WordTasks {

	@CeleryTask("java.merge")
	Map<String, Integer> merge(List<Map<String, Integer>> counts) {
		Map<String, Integer> all = new TreeMap<>();
		counts.forEach((each) -> each.forEach((word, count) -> all.merge(word, count, Integer::sum)));
		return all;
	}

}
