using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;

using VfioMigration.Posix;
using VfioMigration.Uapi;

namespace VfioMigration.Vendors.External;

/// <summary>
/// One run of a driver's program: questions out, answers in, a line of JSON each. Ends when the program ends, sends a malformed response, or is killed
/// because it did not answer; its waiters then get EIO. The program can end its session, but affect nothing else.
/// </summary>
internal sealed class ExternalSession : IDisposable
{
    private const int MaxQuestions = 64;

    /// <summary>Answers to requests that are not pending. Above the limit the session ends.</summary>
    private const int MaxUnexpected = 1024;

    private readonly SupervisedProgram program;
    private readonly Action<string> report;
    private readonly BlockingCollection<string> outgoing = [];
    private readonly ConcurrentDictionary<long, TaskCompletionSource<JsonObject?>> waiting = new();
    private long lastId;
    private int isOver;
    private volatile bool hasAnswered;

    private ExternalSession(SupervisedProgram program, Action<string> report)
    {
        this.program = program;
        this.report = report;
        Run("driver-out", Write);
        Run("driver-in", Read);
    }

    internal bool IsOver => Volatile.Read(ref isOver) != 0;

    /// <summary>False while the program may still be starting.</summary>
    internal bool HasAnswered => hasAnswered;

    /// <summary>Starts the program by the shell. Null, with a report, when that is impossible.</summary>
    internal static ExternalSession? Start(string command, TimeProvider clock, Action<string> report)
    {
        if (SupervisedProgram.Start(command, clock, out string? problem) is { } program)
        {
            return new ExternalSession(program, report);
        }

        report($"cannot be started: {problem}");
        return null;
    }

    /// <summary>The answer. EBUSY: too many requests are pending. ETIMEDOUT: there was none within the limit, and the program is killed. EIO: the session is over.</summary>
    internal Result<JsonObject> Ask(string method, JsonObject parameters, TimeSpan limit)
    {
        long id = Interlocked.Increment(ref lastId);
        string question = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters }.ToJsonString();
        var answer = new TaskCompletionSource<JsonObject?>(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting[id] = answer;
        try
        {
            if (waiting.Count > MaxQuestions)
            {
                return Errno.EBUSY;
            }

            if (!TrySend(question))
            {
                return Errno.EIO;
            }

            if (!answer.Task.Wait(limit))
            {
                End($"did not answer '{method}' within {limit.TotalMilliseconds:0} ms and was killed");
                return Errno.ETIMEDOUT;
            }

            return answer.Task.Result is { } found ? found : Errno.EIO;
        }
        finally
        {
            waiting.TryRemove(id, out _);
        }
    }

    /// <summary>Kills the program, and waits a limited time for its end.</summary>
    public void Dispose()
    {
        End(null);
        program.Dispose();
    }

    private bool TrySend(string question)
    {
        try
        {
            return !IsOver && outgoing.TryAdd(question);
        }
        catch (InvalidOperationException)
        {
            // The queue was closed meanwhile.
            return false;
        }
    }

    /// <summary>A thread of the session; what it throws ends the session.</summary>
    private void Run(string name, Action work) => new Thread(() =>
    {
        try
        {
            work();
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            End("ended");
        }
        catch (Exception bug)
        {
            End($"cannot be written to: {bug.GetType().Name}: {ExternalAnswer.Printable(bug.Message)}");
        }
    })
    { IsBackground = true, Name = name }.Start();

    /// <summary>A thread of its own: a program that does not read fills its pipe and stops only this one.</summary>
    private void Write()
    {
        foreach (string question in outgoing.GetConsumingEnumerable())
        {
            program.Input.Write(Encoding.UTF8.GetBytes(question + "\n"));
            program.Input.Flush();
        }
    }

    private void Read()
    {
        var lines = new LineReader(program.Output, ExternalAnswer.MaxLine);
        int unexpected = 0;
        string? problem;
        while (lines.TryRead(out ReadOnlyMemory<byte> line, out problem))
        {
            if (ExternalAnswer.Read(line, out problem) is not (var id, { } answer))
            {
                break;
            }

            hasAnswered = true;
            if (waiting.TryRemove(id, out TaskCompletionSource<JsonObject?>? asked))
            {
                asked.TrySetResult(answer);
            }
            else if (++unexpected > MaxUnexpected)
            {
                problem = $"{unexpected} answers to requests that were not pending";
                break;
            }
        }

        End(problem is null ? "ended" : $"sent a malformed response: {problem}");
    }

    private void End(string? reason)
    {
        if (Interlocked.Exchange(ref isOver, 1) != 0)
        {
            return;
        }

        if (reason is not null)
        {
            report(reason);
        }

        program.Kill();
        outgoing.CompleteAdding();
        foreach (TaskCompletionSource<JsonObject?> asked in waiting.Values)
        {
            asked.TrySetResult(null);
        }
    }
}
