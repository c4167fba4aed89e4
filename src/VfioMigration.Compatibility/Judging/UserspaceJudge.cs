using VfioMigration.Uapi;

namespace VfioMigration.Compatibility.Judging;

/// <summary>
/// Exactly the check that the proposal requires of user space: read the source's string, write it to the target's; anything that fails means no (R6, R11, R12). The
/// string itself is never looked at.
/// </summary>
public static class UserspaceJudge
{
    private const string Parameter = "mdev/aggregated_instances";

    public static JudgeResult Check(INodeFiles source, INodeFiles target, JudgeOptions options)
    {
        TypePolicy policy = options.Types ?? (source.IsType || target.IsType ? TypePolicy.Required : TypePolicy.Off);
        string? difference = policy != TypePolicy.Off && source.TypeName != target.TypeName
            ? $"the types differ: {source.TypeName ?? "(none)"} and {target.TypeName ?? "(none)"}"
            : null;
        if (difference is not null && policy == TypePolicy.Required)
        {
            return new JudgeResult(false, JudgeRule.TypesDiffer, Errno.None, difference);
        }

        if (!source.Exists(options.Attribute) || !target.Exists(options.Attribute))
        {
            bool isSource = !source.Exists(options.Attribute);
            return new JudgeResult(
                false,
                isSource ? JudgeRule.SourceAbsent : JudgeRule.TargetAbsent,
                Errno.ENOENT,
                $"{(isSource ? source.Name : target.Name)} has no {options.Attribute}",
                Advice: difference);
        }

        if (!source.Read(options.Attribute).TryGet(out string version, out Errno error))
        {
            return new JudgeResult(false, JudgeRule.SourceRead, error, $"{source.Name} cannot be read: {source.Errnos.TextOf(error)}", Advice: difference) { Errnos = source.Errnos };
        }

        if (options.ComparesParameters && ParameterDifference(source, target) is { } parameters)
        {
            return new JudgeResult(false, JudgeRule.CreationParameters, Errno.None, parameters, version, difference);
        }

        error = target.Write(options.Attribute, version);
        return error == Errno.None
            ? new JudgeResult(true, JudgeRule.AllPassed, Errno.None, "the target accepts the source's string", version, difference)
            : new JudgeResult(false, JudgeRule.TargetWrite, error, $"{target.Name} refuses: {target.Errnos.TextOf(error)}", version, difference) { Errnos = target.Errnos };
    }

    private static string? ParameterDifference(INodeFiles source, INodeFiles target)
    {
        if (!source.Exists(Parameter) || !target.Exists(Parameter))
        {
            return null;
        }

        (Result<string> theirs, Result<string> ours) = (source.Read(Parameter), target.Read(Parameter));
        return theirs.IsOk && ours.IsOk && theirs.Value == ours.Value ? null : $"{Parameter} differs: {theirs} and {ours}";
    }
}
