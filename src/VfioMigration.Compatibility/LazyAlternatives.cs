using System.Collections;

namespace VfioMigration.Compatibility;

/// <summary>Alternatives that are formatted when they are read: most writers see only an errno.</summary>
internal sealed class LazyAlternatives(Func<IReadOnlyList<string>> spell) : IReadOnlyList<string>
{
    private readonly Lazy<IReadOnlyList<string>> spelled = new(spell);

    public int Count => spelled.Value.Count;

    public string this[int index] => spelled.Value[index];

    public IEnumerator<string> GetEnumerator() => spelled.Value.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
