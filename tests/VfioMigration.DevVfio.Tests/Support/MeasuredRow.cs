using VfioMigration.Uapi;

namespace VfioMigration.DevVfio.Tests.Support;

/// <summary>One question that a real kernel was asked, and its answer.</summary>
internal sealed record MeasuredRow(int Id, string Section, string Object, string Operation, string Ret, string Errno, string Output)
{
    /// <summary>As the table writes an answer of a system call; a descriptor's number is "fd" where the table says so.</summary>
    internal string Format(Result<int> answer) =>
        !answer.IsOk ? $"-1 {answer.Error.Name()}"
        : Ret == "fd" && answer.Value > 2 ? "fd -"
        : $"{answer.Value} -";
}
