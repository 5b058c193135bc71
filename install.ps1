<#
.SYNOPSIS
  Installs puffin-bench: downloads the archive for Windows, checks its SHA-256, and puts the executable in place.
.PARAMETER Version
  The version, such as 1.2.3; default: the newest.
.NOTES
  Environment: PUFFIN_BENCH_INSTALL, folder of the executable (default: ~\.puffin-bench\bin);
  PUFFIN_BENCH_RELEASES, where releases are (default: GitHub's).
#>
param([string] $Version = "")
$ErrorActionPreference = "Stop"
$ProgressPreference = "SilentlyContinue"

$releases = if ($env:PUFFIN_BENCH_RELEASES) { $env:PUFFIN_BENCH_RELEASES } else { "https://github.com/puffinflow/puffinflow/releases" }
$folder = if ($env:PUFFIN_BENCH_INSTALL) { $env:PUFFIN_BENCH_INSTALL } else { Join-Path $HOME ".puffin-bench\bin" }
$archive = "puffin-bench-x86_64-pc-windows-msvc.zip"

if ($Version) {
  $number = $Version -replace "^v", ""
  if ($number -notmatch "^[0-9A-Za-z.+-]+$") { throw "install: ""$Version"" is not a version, such as 1.2.3" }
  $from = "$releases/download/v$number"
} else {
  $from = "$releases/latest/download"
}

$work = Join-Path ([IO.Path]::GetTempPath()) ([IO.Path]::GetRandomFileName())
New-Item -ItemType Directory -Path $work | Out-Null
try {
  Invoke-WebRequest -UseBasicParsing -Uri "$from/SHA256SUMS" -OutFile "$work\SHA256SUMS"
  $line = Get-Content "$work\SHA256SUMS" | Where-Object { ($_ -split "\s+\*?", 2)[1] -eq $archive }
  if (-not $line) { throw "install: $from/SHA256SUMS does not name $archive" }
  $want = ($line -split "\s+")[0]
  Invoke-WebRequest -UseBasicParsing -Uri "$from/$archive" -OutFile "$work\$archive"
  $found = (Get-FileHash -Algorithm SHA256 "$work\$archive").Hash.ToLowerInvariant()
  if ($found -ne $want) {
    throw "install: $archive has another SHA-256 ($found) than SHA256SUMS says ($want); nothing was installed"
  }
  Expand-Archive -Path "$work\$archive" -DestinationPath "$work\unpacked"
  New-Item -ItemType Directory -Force -Path $folder | Out-Null
  Move-Item -Force "$work\unpacked\puffin-bench.exe" (Join-Path $folder "puffin-bench.exe")
  Write-Output "$(& (Join-Path $folder 'puffin-bench.exe') --version) is in $folder"
  if (($env:PATH -split ";") -notcontains $folder) { Write-Output "$folder is not on your PATH" }
} finally {
  Remove-Item -Recurse -Force $work
}
