using VfioMigration.Sysfs.Guards;
using VfioMigration.Vmm.Guests;
using VfioMigration.Vmm.Tests.Support;

namespace VfioMigration.Vmm.Tests.Guests;

public sealed class VirtualProcessorTests
{
    private readonly TestClock clock = new();

    [Fact]
    public void Processor_MakesNoStepBeforeItIsResumed()
    {
        int steps = 0;
        using (new VirtualProcessor("test", () => ++steps > 0, 0, clock, new VendorCalls(clock), static () => { }))
        {
        }

        Assert.Equal(0, steps);
    }

    [Fact]
    public async Task Pause_ReturnsBetweenTwoSteps()
    {
        int inside = 0;
        using var enough = new SemaphoreSlim(0);
        using var processor = new VirtualProcessor(
            "test",
            () =>
            {
                Interlocked.Increment(ref inside);
                enough.Release();
                return Interlocked.Decrement(ref inside) == 0;
            },
            0,
            clock, new VendorCalls(clock), static () => { });
        for (int i = 0; i < 200; i++)
        {
            processor.SetPaused(false);
            Assert.True(await enough.WaitAsync(Background.Patience));
            Pause(processor);
            Assert.Equal(0, Volatile.Read(ref inside));
        }
    }

    [Fact]
    public async Task Pause_WaitsForTheStepUnderWay()
    {
        using var begun = new SemaphoreSlim(0);
        using var goOn = new SemaphoreSlim(0);
        bool isOver = false;
        using var processor = new VirtualProcessor(
            "test",
            () =>
            {
                begun.Release();
                goOn.Wait(Background.Patience);
                Volatile.Write(ref isOver, true);
                return false;
            },
            0,
            clock, new VendorCalls(clock), static () => { });
        processor.SetPaused(false);
        Assert.True(await begun.WaitAsync(Background.Patience));

        Task<bool> paused = Background.Run(
            () =>
            {
                Pause(processor);
                return Volatile.Read(ref isOver);
            },
            Background.WaitUntilBlocked);
        Assert.False(paused.IsCompleted);
        goOn.Release();

        Assert.True(await paused.WaitAsync(Background.Patience));
    }

    [Fact]
    public async Task StepThatFails_IsTheLast()
    {
        int steps = 0;
        var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using (var processor = new VirtualProcessor(
            "test",
            () =>
            {
                failed.TrySetResult();
                steps++;
                return false;
            },
            0,
            clock, new VendorCalls(clock), static () => { }))
        {
            processor.SetPaused(false);
            await failed.Task.WaitAsync(Background.Patience);
            Pause(processor);
        }

        Assert.Equal(1, steps);
    }

    [Fact]
    public async Task Rate_DecidesHowManyStepsAreDue()
    {
        int steps = 0;
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        clock.Asked = () => begun.TrySetResult();
        using var step = new SemaphoreSlim(0);
        using (var processor = new VirtualProcessor(
            "test",
            () =>
            {
                steps++;
                step.Release();
                return true;
            },
            100,
            clock, new VendorCalls(clock), static () => { }))
        {
            await begun.Task.WaitAsync(Background.Patience);
            processor.SetPaused(false);
            clock.Advance(TimeSpan.FromSeconds(0.25));
            for (int i = 0; i < 25; i++)
            {
                Assert.True(await step.WaitAsync(Background.Patience));
            }
        }

        Assert.Equal(25, steps);
    }

    [Fact]
    public async Task PauseFromTheStepItself_DoesNotWait()
    {
        VirtualProcessor? processor = null;
        var paused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using (processor = new VirtualProcessor(
            "test",
            () =>
            {
                Pause(processor!);
                paused.TrySetResult();
                return true;
            },
            0,
            clock, new VendorCalls(clock), static () => { }))
        {
            processor.SetPaused(false);
            await paused.Task.WaitAsync(Background.Patience);
        }
    }

    [Fact]
    public async Task PauseAfterTheEnd_ReturnsAtOnce()
    {
        var processor = new VirtualProcessor("test", () => true, 0, clock, new VendorCalls(clock), static () => { });
        processor.SetPaused(false);
        processor.Dispose();

        await Background.Run(() => Pause(processor)).WaitAsync(Background.Patience);
    }

    [Fact]
    public async Task PauseAndEnd_AtOnce_BothReturn()
    {
        for (int i = 0; i < 200; i++)
        {
            var processor = new VirtualProcessor("test", () => true, 0, clock, new VendorCalls(clock), static () => { });
            processor.SetPaused(false);
            await Task.WhenAll(
                Background.Run(() => Pause(processor)), Background.Run(processor.Dispose), Background.Run(() => processor.SetPaused(false)))
                .WaitAsync(Background.Patience);
        }
    }

    private static void Pause(VirtualProcessor processor)
    {
        processor.SetPaused(true);
        processor.WaitUntilIdle();
    }
}
