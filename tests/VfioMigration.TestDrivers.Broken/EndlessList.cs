using System.Collections;

namespace VfioMigration.TestDrivers.Broken;

/// <summary>A list that never ends and says that it has fewer than no elements.</summary>
internal sealed class EndlessList<T>(T element) : IReadOnlyList<T>
{
    public int Count => -1;

    public T this[int index] => element;

    public IEnumerator<T> GetEnumerator()
    {
        while (true)
        {
            yield return element;
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
