package io.github.celeryspring.task;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.Map;

import io.github.celeryspring.annotation.CeleryTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.AliasFor;
import org.springframework.core.env.MapPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link CeleryTaskAnnotationBeanPostProcessor}: what is found, and what it is
 * made into.
 */
class CeleryTaskAnnotationBeanPostProcessorTests {

	private final TaskApplication application = new TaskApplication();

	@AfterEach
	void close() {
		this.application.close();
	}

	@Test
	void aMethodIsATaskNamedAfterClassAndMethod() {
		this.application.refresh(MathTasks.class);
		assertThat(this.application.names()).containsExactly("mathTasks.add");
		assertThat(this.application.call("mathTasks.add", "[1, 2]")).isEqualTo(3);
		TaskDefinition definition = this.application.definition("mathTasks.add");
		assertThat(definition.queue()).isNull();
		assertThat(definition.acksLate()).isNull();
		assertThat(definition.ignoreResult()).isNull();
		assertThat(definition.trackStarted()).isNull();
		assertThat(definition.source())
			.isEqualTo("method '" + MathTasks.class.getName() + ".add(int, int)' of bean 'mathTasks'");
	}

	@Test
	void attributesMayHoldPlaceholders() {
		Map<String, Object> properties = Map.of("app", "shop", "late", "false", "ignore", "TRUE", "queue", "mail");
		this.application.context()
			.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource("test", properties));
		this.application.refresh(Configured.class);
		TaskDefinition definition = this.application.definition("shop.send");
		assertThat(definition.queue()).isEqualTo("mail");
		assertThat(definition.acksLate()).isFalse();
		assertThat(definition.ignoreResult()).isTrue();
		assertThat(definition.trackStarted()).isTrue();
		assertThat(this.application.definition("configured.emptyName").queue()).isNull();
	}

	@Test
	void anUnknownPlaceholderIsNamed() {
		assertThatExceptionOfType(TaskMethodException.class)
			.isThrownBy(() -> this.application.refresh(UnknownPlaceholder.class))
			.satisfies((ex) -> {
				assertThat(ex.getProblem()).isEqualTo("@CeleryTask method '" + UnknownPlaceholder.class.getName()
						+ ".run()' has the unknown placeholder '${nobody.set.this}' in its attribute 'queue'.");
				assertThat(ex.getRemedy()).contains("${name:default}");
			});
	}

	@Test
	void aFlagThatIsNeitherTrueNorFalseIsNamed() {
		assertThatExceptionOfType(TaskMethodException.class).isThrownBy(() -> this.application.refresh(BadFlag.class))
			.withMessage("@CeleryTask method '" + BadFlag.class.getName() + ".run()' has the value 'yes' in its "
					+ "attribute 'acksLate'. Write 'true' or 'false', or leave it out.");
	}

	@Test
	void theAnnotationMayBeMetaAnnotation() {
		this.application.refresh(Composed.class);
		assertThat(this.application.definition("tasks.composed").queue()).isEqualTo("mail");
		assertThat(this.application.definition("tasks.composed").acksLate()).isTrue();
	}

	@Test
	void theAnnotationMayBeOnAnInterfaceOrASuperClass() {
		this.application.refresh(Implementation.class);
		assertThat(this.application.names()).containsExactly("implementation.defaulted", "implementation.overridden",
				"tasks.inherited", "tasks.of-interface");
		assertThat(this.application.call("tasks.of-interface", "[{\"name\": \"ä\"}]")).isEqualTo("order ä");
		assertThat(this.application.call("tasks.inherited", "[[{\"name\": \"b\"}]]"))
			.isEqualTo("orders [Order[name=b]]");
		assertThat(this.application.call("implementation.overridden", "[]")).isEqualTo("sub");
		assertThat(this.application.call("implementation.defaulted", "[]")).isEqualTo("default");
	}

	@Test
	void methodsThatAreNotPublicAreTasksToo() {
		this.application.refresh(Hidden.class);
		assertThat(this.application.call("hidden.ofPrivate", "[]")).isEqualTo("private");
		assertThat(this.application.call("hidden.ofPackage", "[]")).isEqualTo("package");
		assertThat(this.application.call("hidden.ofSubclasses", "[]")).isEqualTo("protected");
	}

	@Test
	void staticMethodsAreRefused() {
		assertThatExceptionOfType(TaskMethodException.class).isThrownBy(() -> this.application.refresh(Static.class))
			.withMessageContaining("run()' is static, but tasks are called through their bean. Make it an instance");
	}

	@Test
	void twoTasksOfOneNameAreRefused() {
		assertThatExceptionOfType(DuplicateTaskException.class)
			.isThrownBy(() -> this.application.refresh(TwoBeans.class))
			.withMessageContainingAll("'mathTasks.add'", "of bean 'first'", "of bean 'second'");
	}

	@Test
	void anonymousClassesNeedANameForTheTask() {
		assertThatExceptionOfType(TaskMethodException.class).isThrownBy(() -> this.application.refresh(Anonymous.class))
			.withMessageEndingWith("belongs to a class without a name. Name the task: @CeleryTask(\"...\").");
	}

	@Test
	void capitalsAtTheBeginningStayAsInBeanNames() {
		this.application.refresh(URLTasks.class);
		assertThat(this.application.names()).containsExactly("URLTasks.fetch");
	}

	@Test
	void typeArgumentsOfABeanMethodAreKnown() {
		this.application.refresh(GenericBean.class);
		assertThat(this.application.call("generic.handle", "[{\"name\": \"x\"}]")).isEqualTo(new Order("x"));
	}

	static class MathTasks {

		@CeleryTask
		int add(int x, int y) {
			return x + y;
		}

		int notATask() {
			return 0;
		}

	}

	static class Configured {

		@CeleryTask(name = "${app}.send", queue = "${queue}", acksLate = "${late}", ignoreResult = "${ignore}",
				trackStarted = " true ")
		void send() {
		}

		@CeleryTask(name = "${nobody.set.this:}", queue = "${nobody.set.this:}")
		void emptyName() {
		}

	}

	static class UnknownPlaceholder {

		@CeleryTask(queue = "${nobody.set.this}")
		void run() {
		}

	}

	static class BadFlag {

		@CeleryTask(acksLate = "yes")
		void run() {
		}

	}

	@Target(ElementType.METHOD)
	@Retention(RetentionPolicy.RUNTIME)
	@CeleryTask(queue = "mail", acksLate = "true")
	@interface MailTask {

		@AliasFor(annotation = CeleryTask.class, attribute = "name")
		String called();

	}

	static class Composed {

		@MailTask(called = "tasks.composed")
		void run() {
		}

	}

	record Order(String name) {

	}

	interface Handler<T> {

		@CeleryTask("tasks.of-interface")
		String handle(T value);

		@CeleryTask
		default String defaulted() {
			return "default";
		}

	}

	abstract static class Base<T> {

		@CeleryTask("tasks.inherited")
		public String inherited(List<T> values) {
			return "orders " + values;
		}

		@CeleryTask
		String overridden() {
			return "base";
		}

	}

	static class Implementation extends Base<Order> implements Handler<Order> {

		@Override
		public String handle(Order value) {
			return "order " + value.name();
		}

		@Override
		String overridden() {
			return "sub";
		}

	}

	static class Hidden {

		@CeleryTask
		private String ofPrivate() {
			return "private";
		}

		@CeleryTask
		String ofPackage() {
			return "package";
		}

		@CeleryTask
		protected String ofSubclasses() {
			return "protected";
		}

	}

	static class Static {

		@CeleryTask
		static void run() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TwoBeans {

		@Bean
		MathTasks first() {
			return new MathTasks();
		}

		@Bean
		MathTasks second() {
			return new MathTasks();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Anonymous {

		@Bean
		Object nameless() {
			return new Object() {

				@CeleryTask
				void run() {
				}

			};
		}

	}

	static class URLTasks {

		@CeleryTask
		void fetch() {
		}

	}

	static class Generic<T> {

		@CeleryTask
		T handle(T value) {
			return value;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class GenericBean {

		@Bean
		Generic<Order> generic() {
			return new Generic<>();
		}

	}

}
