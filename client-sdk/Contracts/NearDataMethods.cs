using NearData.Contracts.Grpc;
using NearData.Contracts.V1;

namespace NearData.Contracts;

/// <summary>The methods of <c>neardata.v1.NearData</c>, in the order of the .proto file.</summary>
public static class NearDataMethods
{
    private const string Service = "neardata.v1.NearData";

    public static UnaryMethod<ListDatasetsRequest, ListDatasetsResponse> ListDatasets { get; } =
        new(Service, nameof(ListDatasets), ListDatasetsRequest.Parser, ListDatasetsResponse.Parser);

    public static UnaryMethod<DescribeDatasetRequest, DescribeDatasetResponse> DescribeDataset { get; } =
        new(Service, nameof(DescribeDataset), DescribeDatasetRequest.Parser, DescribeDatasetResponse.Parser);

    public static UnaryMethod<LoadProgramRequest, LoadProgramResponse> LoadProgram { get; } =
        new(Service, nameof(LoadProgram), LoadProgramRequest.Parser, LoadProgramResponse.Parser);

    public static ServerStreamingMethod<ExecuteRequest, ExecuteEvent> Execute { get; } =
        new(Service, nameof(Execute), ExecuteRequest.Parser, ExecuteEvent.Parser);

    public static ServerStreamingMethod<ReadRangeRequest, ReadRangeResponse> ReadRange { get; } =
        new(Service, nameof(ReadRange), ReadRangeRequest.Parser, ReadRangeResponse.Parser);
}
