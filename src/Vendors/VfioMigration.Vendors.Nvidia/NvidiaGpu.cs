namespace VfioMigration.Vendors.Nvidia;

/// <summary>One card without MIG: its time slices are all of one type. The first vGPU decides which, until the last one is destroyed.</summary>
internal sealed class NvidiaGpu
{
    private readonly Lock gate = new();
    private NvidiaType? type;
    private int instances;

    internal int Available(NvidiaType wanted)
    {
        lock (gate)
        {
            return type is null ? wanted.MaxInstances : type == wanted ? wanted.MaxInstances - instances : 0;
        }
    }

    internal bool TryTake(NvidiaType wanted)
    {
        lock (gate)
        {
            if ((type ?? wanted) != wanted || instances == wanted.MaxInstances)
            {
                return false;
            }

            type = wanted;
            instances++;
            return true;
        }
    }

    internal void Return()
    {
        lock (gate)
        {
            instances--;
            type = instances == 0 ? null : type;
        }
    }
}
