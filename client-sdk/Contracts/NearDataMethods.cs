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

    public static UnaryMethod<ExplainRequest, ExplainResponse> Explain { get; } =
        new(Service, nameof(Explain), ExplainRequest.Parser, ExplainResponse.Parser);

    public static ServerStreamingMethod<TraceRequest, TraceEvent> Trace { get; } =
        new(Service, nameof(Trace), TraceRequest.Parser, TraceEvent.Parser);

    public static UnaryMethod<ListProgramsRequest, ListProgramsResponse> ListPrograms { get; } =
        new(Service, nameof(ListPrograms), ListProgramsRequest.Parser, ListProgramsResponse.Parser);

    public static UnaryMethod<SetStatisticsRequest, SetStatisticsResponse> SetStatistics { get; } =
        new(Service, nameof(SetStatistics), SetStatisticsRequest.Parser, SetStatisticsResponse.Parser);

    public static UnaryMethod<UnloadProgramRequest, UnloadProgramResponse> UnloadProgram { get; } =
        new(Service, nameof(UnloadProgram), UnloadProgramRequest.Parser, UnloadProgramResponse.Parser);

    public static UnaryMethod<ListMapsRequest, ListMapsResponse> ListMaps { get; } =
        new(Service, nameof(ListMaps), ListMapsRequest.Parser, ListMapsResponse.Parser);

    public static UnaryMethod<ReadMapRequest, ReadMapResponse> ReadMap { get; } =
        new(Service, nameof(ReadMap), ReadMapRequest.Parser, ReadMapResponse.Parser);

    public static UnaryMethod<LookupMapRequest, LookupMapResponse> LookupMap { get; } =
        new(Service, nameof(LookupMap), LookupMapRequest.Parser, LookupMapResponse.Parser);

    public static UnaryMethod<UpdateMapRequest, MapChange> UpdateMap { get; } =
        new(Service, nameof(UpdateMap), UpdateMapRequest.Parser, MapChange.Parser);

    public static UnaryMethod<DeleteMapRequest, MapChange> DeleteMap { get; } =
        new(Service, nameof(DeleteMap), DeleteMapRequest.Parser, MapChange.Parser);

    public static ServerStreamingMethod<ReadRangeRequest, ReadRangeResponse> ReadRange { get; } =
        new(Service, nameof(ReadRange), ReadRangeRequest.Parser, ReadRangeResponse.Parser);
}
