package io.github.celeryspring.samples.quickstart;

import java.util.List;
import java.util.Map;

import io.github.celeryspring.client.CeleryOperations;
import io.github.celeryspring.result.TaskResult;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * Submit a task, look a result up.
 */
@RestController
class TaskController {

	private final CeleryOperations celery;

	TaskController(CeleryOperations celery) {
		this.celery = celery;
	}

	@PostMapping("/tasks/{name}")
	@ResponseStatus(HttpStatus.ACCEPTED)
	Submitted submit(@PathVariable String name, @RequestBody Call call) {
		return new Submitted(this.celery.task(name).args(call.args().toArray()).kwargs(call.kwargs()).send().id());
	}

	@GetMapping("/results/{id}")
	Found find(@PathVariable String id) {
		TaskResult document = this.celery.result(id).document();
		return new Found(id, document.state().name(), document.result());
	}

	record Call(List<@Nullable Object> args, Map<String, @Nullable Object> kwargs) {

		Call {
			args = (args != null) ? args : List.of();
			kwargs = (kwargs != null) ? kwargs : Map.of();
		}

	}

	record Submitted(String id) {
	}

	record Found(String id, String state, @Nullable Object result) {
	}

}
