namespace VfioMigration.Control.Answers;

/// <summary>Answer type of operations that report only whether they succeeded; there is no value of it.</summary>
public abstract class NoAnswer
{
    private NoAnswer()
    {
    }
}
