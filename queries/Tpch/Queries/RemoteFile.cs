using NearData.Client;
using NearData.Contracts.V1;
using NearData.Parquet;

namespace NearData.Queries.Tpch.Queries;

/// <summary>A Parquet file of a node's dataset, read by ranges over the network.</summary>
internal sealed class RemoteFile(NearDataClient client, string dataset, DatasetFile file, string version)
{
    public async Task<ParquetMetadata> ReadFooterAsync(CancellationToken cancellation)
    {
        long length = (long)file.Bytes;
        byte[] trailer = await ReadAsync(length - ParquetMetadata.TrailerLength, ParquetMetadata.TrailerLength, cancellation);
        int footer = ParquetMetadata.FooterLength(file.Name, length, trailer);
        return ParquetMetadata.Parse(
            file.Name, length, await ReadAsync(length - ParquetMetadata.TrailerLength - footer, footer, cancellation));
    }

    public async Task<byte[]> ReadAsync(long offset, long length, CancellationToken cancellation)
    {
        byte[] bytes = new byte[length];
        int filled = 0;
        await foreach (ReadOnlyMemory<byte> piece in client.ReadRangeAsync(dataset, file.Name, offset, length, version, cancellation))
        {
            piece.CopyTo(bytes.AsMemory(filled));
            filled += piece.Length;
        }

        return bytes;
    }
}
