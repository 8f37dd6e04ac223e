package io.github.celeryspring.task;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.celeryspring.annotation.CeleryTask;
import io.github.celeryspring.kombu.Serializers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.support.GenericBeanDefinition;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.core.annotation.AliasFor;
import org.springframework.core.env.MapPropertySource;
import org.springframework.stereotype.Component;
import org.springframework.util.StringUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link CeleryTaskAnnotationBeanPostProcessor}: what is found, and what it is
 * made into.
 */
class CeleryTaskAnnotationBeanPostProcessorTests {

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	@AfterEach
	void close() {
		this.context.close();
	}

	@Test
	void aMethodIsATaskNamedAfterClassAndMethod() {
		refresh(MathTasks.class);
		assertThat(names()).containsExactly("mathTasks.add");
		assertThat(call("mathTasks.add", "[1, 2]")).isEqualTo(3);
		TaskDefinition definition = definition("mathTasks.add");
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
		this.context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", properties));
		refresh(Configured.class);
		TaskDefinition definition = definition("shop.send");
		assertThat(definition.queue()).isEqualTo("mail");
		assertThat(definition.acksLate()).isFalse();
		assertThat(definition.ignoreResult()).isTrue();
		assertThat(definition.trackStarted()).isTrue();
		assertThat(definition("configured.emptyName").queue()).isNull();
	}

	@Test
	void anUnknownPlaceholderIsNamed() {
		assertThatExceptionOfType(TaskMethodException.class).isThrownBy(() -> refresh(UnknownPlaceholder.class))
			.satisfies((ex) -> {
				assertThat(ex.getProblem()).isEqualTo("@CeleryTask method '" + UnknownPlaceholder.class.getName()
						+ ".run()' has the unknown placeholder '${nobody.set.this}' in its attribute 'queue'.");
				assertThat(ex.getRemedy()).contains("${name:default}");
			});
	}

	@Test
	void aFlagThatIsNeitherTrueNorFalseIsNamed() {
		assertThatExceptionOfType(TaskMethodException.class).isThrownBy(() -> refresh(BadFlag.class))
			.withMessage("@CeleryTask method '" + BadFlag.class.getName() + ".run()' has the value 'yes' in its "
					+ "attribute 'acksLate'. Write 'true' or 'false', or leave it out.");
	}

	@Test
	void theAnnotationMayBeMetaAnnotation() {
		refresh(Composed.class);
		assertThat(definition("tasks.composed").queue()).isEqualTo("mail");
		assertThat(definition("tasks.composed").acksLate()).isTrue();
	}

	@Test
	void theAnnotationMayBeOnAnInterfaceOrASuperClass() {
		refresh(Implementation.class);
		assertThat(names()).containsExactly("implementation.defaulted", "implementation.overridden", "tasks.inherited",
				"tasks.of-interface");
		assertThat(call("tasks.of-interface", "[{\"name\": \"ä\"}]")).isEqualTo("order ä");
		assertThat(call("tasks.inherited", "[[{\"name\": \"b\"}]]")).isEqualTo("orders [Order[name=b]]");
		assertThat(call("implementation.overridden", "[]")).isEqualTo("sub");
		assertThat(call("implementation.defaulted", "[]")).isEqualTo("default");
	}

	@Test
	void methodsThatAreNotPublicAreTasksToo() {
		refresh(Hidden.class);
		assertThat(call("hidden.ofPrivate", "[]")).isEqualTo("private");
		assertThat(call("hidden.ofPackage", "[]")).isEqualTo("package");
		assertThat(call("hidden.ofSubclasses", "[]")).isEqualTo("protected");
	}

	@Test
	void staticMethodsAreRefused() {
		assertThatExceptionOfType(TaskMethodException.class).isThrownBy(() -> refresh(Static.class))
			.withMessageContaining("run()' is static, but tasks are called through their bean. Make it an instance");
	}

	@Test
	void twoTasksOfOneNameAreRefused() {
		assertThatExceptionOfType(DuplicateTaskException.class).isThrownBy(() -> refresh(TwoBeans.class))
			.withMessageContainingAll("'mathTasks.add'", "of bean 'first'", "of bean 'second'");
	}

	@Test
	void anonymousClassesNeedANameForTheTask() {
		assertThatExceptionOfType(TaskMethodException.class).isThrownBy(() -> refresh(Anonymous.class))
			.withMessageEndingWith("belongs to a class without a name. Name the task: @CeleryTask(\"...\").");
	}

	@Test
	void capitalsAtTheBeginningStayAsInBeanNames() {
		refresh(URLTasks.class);
		assertThat(names()).containsExactly("URLTasks.fetch");
	}

	@Test
	void methodsOfConfigurationClassesAreFound() {
		refresh(ConfigurationWithTask.class);
		assertThat(names()).containsExactly("configurationWithTask.run");
		assertThat(call("configurationWithTask.run", "[]")).isEqualTo("done");
	}

	@Test
	void typeArgumentsOfABeanMethodAreKnown() {
		refresh(GenericBean.class);
		assertThat(call("generic.handle", "[{\"name\": \"x\"}]")).isEqualTo(new Order("x"));
	}

	@Test
	void lazyBeansAreFoundWithoutBeingCreated() {
		LazyTasks.created.set(0);
		refresh(LazyTasks.class);
		assertThat(names()).containsExactly("lazyTasks.run");
		assertThat(LazyTasks.created).hasValue(0);
		assertThat(call("lazyTasks.run", "[]")).isEqualTo(1);
		assertThat(call("lazyTasks.run", "[]")).isEqualTo(1);
	}

	@Test
	void prototypesAreCreatedByEachCall() {
		PrototypeTasks.created.set(0);
		refresh(PrototypeTasks.class);
		assertThat(PrototypeTasks.created).hasValue(0);
		assertThat(call("prototypeTasks.run", "[]")).isEqualTo(1);
		assertThat(call("prototypeTasks.run", "[]")).isEqualTo(2);
	}

	@Test
	void productsOfFactoryBeansAreFound() {
		refresh(MathTasksFactoryBean.class);
		assertThat(names()).containsExactly("mathTasks.add");
		assertThat(call("mathTasks.add", "[1, 2]")).isEqualTo(3);
	}

	@Test
	void abstractBeanDefinitionsAreNotTasks() {
		GenericBeanDefinition definition = new GenericBeanDefinition();
		definition.setBeanClass(MathTasks.class);
		definition.setAbstract(true);
		this.context.registerBeanDefinition("template", definition);
		refresh();
		assertThat(names()).isEmpty();
	}

	@Test
	void singletonsRegisteredAsObjectsAreFound() {
		this.context.getBeanFactory().registerSingleton("manual", new MathTasks());
		refresh();
		assertThat(call("mathTasks.add", "[1, 2]")).isEqualTo(3);
	}

	@Test
	void beansDefinedAfterStartupAreFoundWhenCreated() {
		refresh();
		this.context.registerBean("late", MathTasks.class);
		assertThat(names()).isEmpty();
		this.context.getBean("late");
		assertThat(call("mathTasks.add", "[1, 2]")).isEqualTo(3);
	}

	@Test
	void withoutTasksNothingIsCreatedForThem() {
		this.context.registerBean(CeleryTaskAnnotationBeanPostProcessor.class,
				() -> new CeleryTaskAnnotationBeanPostProcessor(() -> failing(TaskRegistry.class),
						() -> failing(Serializers.class)));
		this.context.refresh();
		assertThat(this.context.isActive()).isTrue();
	}

	private static <T> T failing(Class<T> type) {
		throw new IllegalStateException("Asked for " + type.getName());
	}

	private void refresh(Class<?>... types) {
		this.context.register(Processing.class);
		for (Class<?> type : types) {
			this.context.registerBean(StringUtils.uncapitalize(type.getSimpleName()), type);
		}
		this.context.refresh();
	}

	private List<String> names() {
		return this.context.getBean(TaskRegistry.class).all().stream().map(TaskDefinition::name).toList();
	}

	private TaskDefinition definition(String name) {
		TaskDefinition definition = this.context.getBean(TaskRegistry.class).find(name);
		assertThat(definition).as(name).isNotNull();
		return definition;
	}

	private @Nullable Object call(String name, String args) {
		return TaskCall.call(definition(name).handler(), args, "{}");
	}

	@Configuration(proxyBeanMethods = false)
	static class Processing {

		@Bean
		static CeleryTaskAnnotationBeanPostProcessor celeryTaskAnnotationBeanPostProcessor(
				ObjectProvider<TaskRegistry> registry, ObjectProvider<Serializers> serializers) {
			return new CeleryTaskAnnotationBeanPostProcessor(registry::getObject, serializers::getObject);
		}

		@Bean
		TaskRegistry celeryTaskRegistry() {
			return new TaskRegistry();
		}

		@Bean
		Serializers celerySerializers() {
			return new Serializers(TaskCall.MAPPER);
		}

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

	@Configuration
	static class ConfigurationWithTask {

		@CeleryTask
		String run() {
			return "done";
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

	@Lazy
	@Component
	static class LazyTasks {

		static final AtomicInteger created = new AtomicInteger();

		LazyTasks() {
			created.incrementAndGet();
		}

		@CeleryTask
		int run() {
			return created.get();
		}

	}

	@Scope("prototype")
	@Component
	static class PrototypeTasks {

		static final AtomicInteger created = new AtomicInteger();

		PrototypeTasks() {
			created.incrementAndGet();
		}

		@CeleryTask
		int run() {
			return created.get();
		}

	}

	static class MathTasksFactoryBean implements FactoryBean<MathTasks> {

		@Override
		public MathTasks getObject() {
			return new MathTasks();
		}

		@Override
		public Class<?> getObjectType() {
			return MathTasks.class;
		}

	}

}
