using System.Runtime.CompilerServices;
using NearData.Engine.Datasets;
using NearData.Engine.Formats;
using NearData.Engine.Reactors;

namespace NearData.Engine.Execution;

/// <summary>Bytes of a dataset's file as they are, read by a reactor among its executions' reads.</summary>
public static class RangeRead
{
    /// <summary>The bytes in order, in pieces that are there until the next one is asked for.</summary>
    /// <param name="catalog">Opens the file.</param>
    /// <param name="reactors">Read it.</param>
    /// <param name="dataset">The dataset.</param>
    /// <param name="file">Its place among the dataset's files.</param>
    /// <param name="offset">The first byte.</param>
    /// <param name="length">Bytes, which the file has.</param>
    /// <param name="tenant">For whom.</param>
    /// <param name="cancellation">Gives it up.</param>
    /// <exception cref="DatasetChangedException">The file was changed or removed meanwhile.</exception>
    /// <exception cref="Storage.StorageException">The device failed.</exception>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        Catalog catalog, ReactorGroup reactors, Dataset dataset, int file, long offset, long length, Tenant tenant, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (length == 0)
        {
            yield break;
        }

        using OpenFiles files = new(catalog, dataset, [file], reactors.Devices);
        RangeJob job = new(reactors, files[file].Device, offset, length, tenant);
        reactors.Start([job]);
        try
        {
            await foreach (ReadOnlyMemory<byte> piece in job.Pieces.ReadAllAsync(cancellation))
            {
                yield return piece;
                job.Take();
            }
        }
        finally
        {
            job.Stop();
            await job.Ended;
        }

        files.CheckUnchanged();
    }
}
