using Microsoft.Win32.SafeHandles;
using NearData.Storage;
using NearData.Storage.Faults;

namespace NearData.Engine.Tests;

/// <summary>Files whose reads go wrong by a script.</summary>
internal sealed class FaultyDevices(FaultScript script) : IFileDevices
{
    private readonly FileDevices _files = new(FileReading.PageCache, _ => { });

    public IDevice Open(string name, SafeFileHandle file) => new FaultDevice(_files.Open(name, file), script);
}
