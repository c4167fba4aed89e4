using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

using VfioMigration.Uapi;

namespace VfioMigration.Vendors.External;

/// <summary>
/// One run of a driver's program: questions out, answers in, a line of JSON each. Ends when the program ends, says something that is no answer, or is killed
/// because it was silent; whoever waits then gets EIO.
/// </summary>
internal sealed class ExternalSession : IDisposable
{
    private const int MostQuestions = 64;
    private const int LongestLine = 1 << 20;

    /// <summary>An interpreter takes its time to start; the first answer may come so much later.</summary>
    private static readonly TimeSpan StartingTime = TimeSpan.FromSeconds(5);

    private readonly Process process;
    private readonly Action<string> report;
    private readonly BlockingCollection<string> outgoing = new(MostQuestions);
    private readonly ConcurrentDictionary<long, TaskCompletionSource<JsonObject?>> waiting = new();
    private long lastId;
    private int isOver;
    private volatile bool hasAnswered;

    private ExternalSession(Process process, Action<string> report)
    {
        this.process = process;
        this.report = report;
        new Thread(Write) { IsBackground = true, Name = "driver-out" }.Start();
        new Thread(Read) { IsBackground = true, Name = "driver-in" }.Start();
    }

    internal bool IsOver => Volatile.Read(ref isOver) != 0;

    /// <summary>Starts the program by the shell. Null when there is none.</summary>
    internal static ExternalSession? Start(string command, Action<string> report)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", $"exec {command}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        };
        try
        {
            return Process.Start(start) is { } process ? new ExternalSession(process, report) : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <summary>The answer. EBUSY: too many questions are waiting already. ETIMEDOUT: it was silent, and is killed. EIO: it is over.</summary>
    internal Result<JsonObject> Ask(string method, JsonObject parameters, TimeSpan patience)
    {
        long id = Interlocked.Increment(ref lastId);
        var answer = new TaskCompletionSource<JsonObject?>(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting[id] = answer;
        try
        {
            string question = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters }.ToJsonString();
            if (IsOver || outgoing.IsAddingCompleted)
            {
                return Errno.EIO;
            }

            if (!outgoing.TryAdd(question))
            {
                return Errno.EBUSY;
            }

            TimeSpan limit = hasAnswered ? patience : patience + StartingTime;
            if (!answer.Task.Wait(limit))
            {
                End($"did not answer '{method}' within {limit.TotalMilliseconds:0} ms");
                return Errno.ETIMEDOUT;
            }

            return answer.Task.Result is { } found ? found : Errno.EIO;
        }
        catch (InvalidOperationException)
        {
            // The queue was closed between the look and the step.
            return Errno.EIO;
        }
        finally
        {
            waiting.TryRemove(id, out _);
        }
    }

    public void Dispose() => End(null);

    /// <summary>A thread of its own: a program that does not read fills its pipe and stops only this one.</summary>
    private void Write()
    {
        try
        {
            foreach (string question in outgoing.GetConsumingEnumerable())
            {
                process.StandardInput.Write(question + "\n");
                process.StandardInput.Flush();
            }
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException or InvalidOperationException)
        {
            End("does not read any more");
        }
    }

    private void Read()
    {
        try
        {
            while (ReadLine() is { } line)
            {
                if (JsonNode.Parse(line) is not JsonObject answer || answer["id"]?.GetValue<long>() is not { } id)
                {
                    End("said something that is no answer");
                    return;
                }

                hasAnswered = true;
                if (waiting.TryRemove(id, out TaskCompletionSource<JsonObject?>? asked))
                {
                    asked.TrySetResult(answer);
                }
            }

            End("ended");
        }
        catch (Exception nonsense) when (nonsense is JsonException or InvalidOperationException or FormatException)
        {
            End("said something that is no answer");
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            End("ended");
        }
    }

    private string? ReadLine()
    {
        var line = new StringBuilder();
        for (int c = process.StandardOutput.Read(); c >= 0; c = process.StandardOutput.Read())
        {
            if (c == '\n')
            {
                return line.ToString();
            }

            if (line.Append((char)c).Length > LongestLine)
            {
                throw new FormatException("the line is too long");
            }
        }

        return null;
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

        outgoing.CompleteAdding();
        foreach (TaskCompletionSource<JsonObject?> asked in waiting.Values)
        {
            asked.TrySetResult(null);
        }

        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }

        process.Dispose();
    }
}
