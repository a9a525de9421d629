namespace NearData.TestSupport.Kernel;

/// <summary>What <c>bpf(2)</c> is asked to do (<c>enum bpf_cmd</c> of <c>linux/bpf.h</c>).</summary>
public enum BpfCommand
{
    MapCreate = 0,
    MapLookup = 1,
    MapUpdate = 2,
    MapDelete = 3,
    MapNextKey = 4,
    ProgramLoad = 5,
    ProgramTestRun = 10,
    ObjectInfo = 15,
    BtfLoad = 18,
    MapLookupAndDelete = 21,
    MapFreeze = 22,
    MapLookupBatch = 24,
    MapLookupAndDeleteBatch = 25,
    MapUpdateBatch = 26,
    MapDeleteBatch = 27,
}
